import { createParts, type TeaApp } from './parts'

App<TeaApp>({ parts: createParts() })
